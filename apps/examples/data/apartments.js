// Writes apartments.csv: 240 invented apartments, and rents by a known rule with noise. usage: node apartments.js > apartments.csv
let state = 1;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647; // the minimal standard generator of Park and Miller
const districts = { harbour: 180, centre: 320, hills: 60 };

console.log('area,rooms,district,balcony,rent');
for (let i = 0; i < 240; i++) {
  const area = Math.round(25 + 95 * random());
  const rooms = Math.max(1, Math.min(5, Math.round(area / 28 + 1.4 * random() - 0.7)));
  const district = Object.keys(districts)[Math.floor(3 * random())];
  const balcony = random() < 0.4;
  const noise = 60 * (random() + random() + random() - 1.5);
  const rent = Math.round(150 + 9.5 * area + 35 * rooms + districts[district] + (balcony ? 70 : 0) + noise);
  console.log([area, rooms, district, balcony ? 'yes' : 'no', rent].join(','));
}
