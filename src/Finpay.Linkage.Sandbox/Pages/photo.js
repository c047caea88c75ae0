// The limit of the API and of Finnet's widget. Photos of phones are larger, so they are made smaller before they are sent.
const most = 1024 * 1024;
const longestSide = 1600;

export async function shrink(input) {
  const file = input.files[0];
  if (!file || file.size <= most)
    return;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
    const files = new DataTransfer();
    files.items.add(new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }));
    input.files = files.files;
  } catch {
    // Not a photo: it is sent unchanged, and the server says what is wrong with it.
  }
}

export function asDataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

export function show(input, preview) {
  const image = preview.querySelector('img');
  const placeholder = preview.querySelector('span');
  const file = input.files[0];
  const seen = (is) => [image.hidden, placeholder.hidden] = [!is, is];
  seen(false);
  URL.revokeObjectURL(image.src);
  // A file that can't be shown is named instead.
  placeholder.textContent = file?.name ?? '';
  if (!file)
    return;
  image.onload = () => seen(true);
  image.onerror = () => seen(false);
  image.src = URL.createObjectURL(file);
}
