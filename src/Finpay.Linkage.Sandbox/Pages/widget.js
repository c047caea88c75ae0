// Without it the page works by plain forms; with it a chosen photo is seen, and made small enough, before it is sent.
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

// An answer with an error is a new page: the focus goes where it is needed.
document.querySelector('[aria-invalid=true]')?.focus();
