// A copy in this browser, for the person who typed it: the next one at a shared computer is not offered it, and whoever signs
// out takes the own copies along. Storage may be full or forbidden: then there is no copy, and nothing else breaks.
const PREFIX = "rostrum:";
const KEEP_DAYS = 60;

export function person() {
  return document.documentElement.dataset.person ?? "";
}

export function keep(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), value, who: person() }));
    return true;
  } catch {
    return false;
  }
}

export function kept(key) {
  try {
    const found = JSON.parse(localStorage.getItem(PREFIX + key));
    return found && isMine(found) && Date.now() - found.at < KEEP_DAYS * 86_400_000 ? found : null;
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept, so there is nothing to forget.
  }
}

export function forgetMine() {
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      if (isMine(JSON.parse(localStorage.getItem(key)))) localStorage.removeItem(key);
    }
  } catch {
    // What cannot be read is nobody's copy.
  }
}

// What was typed before anybody had signed in belongs to whoever does.
function isMine(copy) {
  return !copy.who || copy.who === person();
}

// Which form was sent from this tab, until the next page tells whether it arrived.
const SENT = `${PREFIX}sent`;

export function markSent(key) {
  try {
    sessionStorage.setItem(SENT, key);
  } catch {
    // Then the copy stays and is offered again, which loses nothing.
  }
}

export function isSent(key) {
  try {
    return sessionStorage.getItem(SENT) === key;
  } catch {
    return false;
  }
}

export function takeSent() {
  try {
    const key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    return key;
  } catch {
    return null;
  }
}
