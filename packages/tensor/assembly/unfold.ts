/**
 * The windows of float32 images side by side, a column for each, and back: what makes a matrix product of a convolution.
 *
 *     columns[(channel, kernel row, kernel column), (row, column)] = image[channel, row · rowStride + kernel row · rowDilation - top, …]
 *
 * and 0 where that lies in the padding. `channels` images of [height, width] are dense, one after the other. Of the rows of windows
 * those from `first` on are laid out, `rows` of them. Lengths are in elements.
 */

/** Fills `to`, [channels · kernelRows · kernelColumns, rows · columns]; up to 3 elements behind it may be overwritten, and as many behind x read. */
export function unfold(
  x: usize,
  to: usize,
  channels: i32,
  height: i32,
  width: i32,
  kernelRows: i32,
  kernelColumns: i32,
  rowStride: i32,
  columnStride: i32,
  rowDilation: i32,
  columnDilation: i32,
  top: i32,
  left: i32,
  first: i32,
  rows: i32,
  columns: i32,
): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < kernelRows; i++) {
      for (let j = 0; j < kernelColumns; j++) {
        const shift = j * columnDilation - left;
        const from = firstInside(shift, columnStride);
        const until = max(from, min(columns, firstInside(shift - width, columnStride)));
        for (let row = first; row < first + rows; row++) {
          const y = row * rowStride + i * rowDilation - top;
          const isInside = y >= 0 && y < height && until > from;
          let at = to;
          to += columns << 2;
          if (!isInside) {
            fillZeros(at, to);
            continue;
          }
          fillZeros(at, at + (from << 2));
          at += from << 2;
          let place = x + ((y * width + from * columnStride + shift) << 2);
          const end = to - ((columns - until) << 2);
          // What is written beyond the end is overwritten next.
          if (columnStride == 1) {
            for (; at < end; at += 16, place += 16) v128.store(at, v128.load(place, 0, 4), 0, 4);
          } else {
            for (; at < end; at += 4, place += columnStride << 2) store<u32>(at, load<u32>(place));
          }
          fillZeros(end, to);
        }
      }
    }
    x += (height * width) << 2;
  }
}

/** Adds each column's elements to where `unfold` would take them from. */
export function fold(
  from: usize,
  x: usize,
  channels: i32,
  height: i32,
  width: i32,
  kernelRows: i32,
  kernelColumns: i32,
  rowStride: i32,
  columnStride: i32,
  rowDilation: i32,
  columnDilation: i32,
  top: i32,
  left: i32,
  first: i32,
  rows: i32,
  columns: i32,
): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < kernelRows; i++) {
      for (let j = 0; j < kernelColumns; j++) {
        const shift = j * columnDilation - left;
        const start = firstInside(shift, columnStride);
        const until = max(start, min(columns, firstInside(shift - width, columnStride)));
        for (let row = first; row < first + rows; row++) {
          const y = row * rowStride + i * rowDilation - top;
          if (y >= 0 && y < height) {
            let at = from + (start << 2);
            let place = x + ((y * width + start * columnStride + shift) << 2);
            let count = until - start;
            if (columnStride == 1) {
              for (; count >= 4; count -= 4, at += 16, place += 16) {
                v128.store(place, f32x4.add(v128.load(place, 0, 4), v128.load(at, 0, 4)), 0, 4);
              }
            }
            for (; count > 0; count--, at += 4, place += columnStride << 2) {
              store<f32>(place, load<f32>(place) + load<f32>(at));
            }
          }
          from += columns << 2;
        }
      }
    }
    x += (height * width) << 2;
  }
}

/** The first window whose element, `shift` from where the window begins, does not lie before the image. */
@inline
function firstInside(shift: i32, stride: i32): i32 {
  return shift >= 0 ? 0 : (stride - 1 - shift) / stride;
}

@inline
function fillZeros(at: usize, end: usize): void {
  for (; at < end; at += 4) store<u32>(at, 0);
}
