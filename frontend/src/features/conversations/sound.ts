/** A quiet sound for what is new: two soft tones, made here, in one tab of the browser at a time. */

const notes = [
  { frequency: 587, after: 0 },
  { frequency: 880, after: 0.12 },
];
const loudness = 0.06;
const lasts = 0.35;
/** Messages that come together sound once; another tab that heard of the same keeps silent meanwhile. */
const silence = 3_000;

let context: AudioContext | null = null;
let last = Number.NEGATIVE_INFINITY;

/** Sounds now, in this tab; a browser that allows no sound stays silent. */
export async function sound(): Promise<void> {
  try {
    context ??= new AudioContext();
    await context.resume();
    for (const { frequency, after } of notes) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      const begin = context.currentTime + after;
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(0, begin);
      gain.gain.linearRampToValueAtTime(loudness, begin + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, begin + lasts);
      tone.connect(gain).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + lasts);
    }
  } catch {
    // Nothing is lost: the number in the title says the same.
  }
}

/** Sounds unless it has just sounded, here or in another tab. */
export async function soundOnce(): Promise<void> {
  const now = Date.now();
  if (now - last < silence) return;
  last = now;
  await navigator.locks.request("entente-sound", { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    await sound();
    await new Promise((resolve) => setTimeout(resolve, silence));
  });
}
