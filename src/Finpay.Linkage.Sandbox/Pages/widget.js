// The page also works without this script. With it, a chosen photo is shown and made small enough before it is sent.
import { show, shrink } from './photo.js';

for (const input of document.querySelectorAll('input[type=file]')) {
  const preview = input.closest('.photo').querySelector('.preview');
  const before = [...preview.childNodes];
  const use = input.form.querySelector('button');
  use.hidden = true;
  input.addEventListener('change', async () => {
    await shrink(input);
    document.getElementById(`error-${input.id.slice('file-'.length)}`).textContent = '';
    input.removeAttribute('aria-invalid');
    use.hidden = input.files.length === 0;
    if (use.hidden) {
      preview.replaceChildren(...before);
      return;
    }
    const image = document.createElement('img');
    image.alt = input.labels[0].textContent;
    image.hidden = true;
    const placeholder = document.createElement('span');
    placeholder.textContent = input.files[0].name;
    preview.replaceChildren(image, placeholder);
    show(input, preview);
  });
}

// An error is shown on a new page, so the focus must be set on the wrong field.
document.querySelector('[aria-invalid=true]')?.focus();
