let audio: AudioContext | null = null;

/** A tone that is heard in a packing house: high for good, low for wrong; and a buzz where there is one. */
export function tone(good: boolean): void {
  try {
    audio ??= new AudioContext();
    const [oscillator, volume] = [audio.createOscillator(), audio.createGain()];
    oscillator.frequency.value = good ? 1320 : 180;
    oscillator.type = good ? "sine" : "square";
    volume.gain.value = 0.15;
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start();
    oscillator.stop(audio.currentTime + (good ? 0.08 : 0.35));
    // Before the first tap after a reload browsers refuse, and complain
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(good ? 30 : [120, 60, 120]);
  } catch {
    // A phone without sound still works.
  }
}
