/**
 * Pictures drawn on the phone. What is shown is a canvas and not an image with an address of its own: the page's policy needs
 * no blob: for it, and nothing of it is left once the canvas has gone. Browsers that guard against fingerprinting let a page draw on
 * a canvas as any other does; it is reading from one that gives noise, so what is read back is checked.
 */

const PREVIEW = 160; // px, the longer side
const MOST_SHOWN = 2 ** 25; // pixels; decoding takes four bytes for each
const MOST_DECODED = 2 ** 26;
const MOST_DRAWN = 2 ** 24; // what a canvas holds in every browser
const QUALITY = 0.9;
const LOOK = 8; // px a side
const ALIKE = 12; // of 255, on the average: far from noise and from a white sheet, near enough for a JPEG

/** @typedef {CanvasImageSource & {width: number, height: number}} Source */

/** @param {HTMLCanvasElement} canvas */
const penOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));

/**
 * @param {Source | null} source
 * @param {number} width px
 * @param {number} height px
 * @param {HTMLCanvasElement} [canvas]
 */
function paint(source, width, height, canvas = document.createElement('canvas')) {
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const pen = penOf(canvas);
  pen.imageSmoothingQuality = 'high'; // averages, where a picture is made much smaller
  if (source) pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Takes the memory from a canvas. @param {HTMLCanvasElement} canvas */
export function wipeCanvas(canvas) {
  canvas.width = 0;
}

/**
 * Draws a small copy into a canvas. Raises where there is none to be had: too many pixels, or none that can be decoded.
 * @param {HTMLCanvasElement} canvas
 * @param {Blob} blob
 * @param {number} pixels that the picture says it has
 */
export async function preview(canvas, blob, pixels) {
  if (pixels > MOST_SHOWN) throw new RangeError('too many pixels');
  const picture = await createImageBitmap(blob);
  const scale = Math.min(1, PREVIEW / Math.max(picture.width, picture.height));
  paint(picture, picture.width * scale, picture.height * scale, canvas);
  picture.close();
}

/**
 * A picture that only some browsers decode, as a JPEG.
 * @param {Blob} blob
 * @param {number} pixels that it says it has
 * @returns {Promise<Blob | null>} null where this browser cannot decode it, or does not give back what was drawn
 */
export async function asJpeg(blob, pixels) {
  if (!pixels || pixels > MOST_DECODED) return null;
  try {
    const picture = await createImageBitmap(blob);
    const { width, height } = picture;
    const scale = Math.min(1, Math.sqrt(MOST_DRAWN / (width * height)));
    const canvas = paint(picture, Math.floor(width * scale), Math.floor(height * scale));
    const before = look(picture);
    picture.close();
    const made = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    wipeCanvas(canvas);
    const again = await createImageBitmap(/** @type {Blob} */ (made));
    const after = look(again);
    again.close();
    return readsBack() && alike(before, after) ? made : null;
  } catch {
    return null;
  }
}

/** A source squeezed into a few pixels and read back. @param {Source} source */
const look = (source) => penOf(paint(source, LOOK, LOOK)).getImageData(0, 0, LOOK, LOOK).data;

/** Whether what is read from a canvas is what was drawn there. */
function readsBack() {
  const canvas = paint(null, LOOK, LOOK);
  const pen = penOf(canvas);
  const drawn = [];
  for (let i = 0; i < LOOK * LOOK; i++) {
    const colour = [(i * 37) % 256, (i * 91) % 256, (i * 151) % 256];
    pen.fillStyle = `rgb(${colour})`;
    pen.fillRect(i % LOOK, Math.floor(i / LOOK), 1, 1);
    drawn.push(...colour, 255);
  }
  return alike(drawn, look(canvas));
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b of the same length */
function alike(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum < ALIKE * a.length;
}
