import { useEffect, useRef, useState } from "preact/hooks";
import type { Read } from "./reader.worker.ts";
import ReaderWorker from "./reader.worker.ts?worker";

/** How a code looks on the picture: known and new, seen before, or of no use here. */
export type Mark = "good" | "known" | "bad";

const GAP_MS = 80;
const COLOURS: Record<Mark, string> = { good: "#2ee58f", known: "#ffd23f", bad: "#ff5a4f" };

/**
 * The picture of the rear camera with its codes outlined.
 *
 * @param onRead judges each code that is in view, as often as it is seen
 * @param onRefused when there is no camera, or its use is not allowed
 */
export function Camera({
  onRead,
  onRefused,
  label,
  torchLabels,
}: {
  onRead: (read: Read) => Mark;
  onRefused: (reason: "denied" | "none") => void;
  label: string;
  /** Of the button for the lamp, where there is one. */
  torchLabels: { on: string; off: string };
}) {
  const video = useRef<HTMLVideoElement>(null);
  const drawing = useRef<HTMLCanvasElement>(null);
  const judge = useRef(onRead);
  judge.current = onRead;
  const [live, setLive] = useState(false);
  const track = useRef<MediaStreamTrack | null>(null);
  /** Whether the lamp is on; null where there is none. */
  const [torch, setTorch] = useState<boolean | null>(null);
  const shine = async (on: boolean) => {
    try {
      await track.current?.applyConstraints({
        advanced: [{ torch: on } as MediaTrackConstraintSet],
      });
      setTorch(on);
    } catch {
      // It says that it has a lamp, and has none
      setTorch(null);
    }
  };

  useEffect(() => {
    const element = video.current as HTMLVideoElement;
    let stream: MediaStream | null = null;
    let timer = 0;
    let over = false;
    const worker = new ReaderWorker();

    const look = async () => {
      if (over) return;
      if (element.readyState >= 2 && !document.hidden) {
        try {
          const frame = await createImageBitmap(element);
          worker.postMessage(frame, [frame]);
          return;
        } catch {
          // Between two frames: the next is soon there.
        }
      }
      timer = window.setTimeout(look, GAP_MS);
    };
    worker.onmessage = ({ data }: MessageEvent<Read[]>) => {
      draw(drawing.current, element, data, judge.current);
      timer = window.setTimeout(look, GAP_MS);
    };

    const start = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
        });
      } catch (error) {
        const denied = error instanceof DOMException && error.name === "NotAllowedError";
        onRefused(denied ? "denied" : "none");
        return;
      }
      if (over) {
        stop(stream);
        return;
      }
      element.srcObject = stream;
      track.current = stream.getVideoTracks()[0] ?? null;
      // Not every browser knows what its camera can do
      const able = track.current?.getCapabilities?.() as { torch?: boolean } | undefined;
      if (able?.torch === true) setTorch(false);
      await element.play().catch(() => undefined);
      setLive(true);
      void look();
    };
    if (navigator.mediaDevices === undefined) onRefused("none");
    else void start();

    // Whoever comes back from another app finds the camera running again.
    const wake = () => {
      if (!document.hidden) void element.play().catch(() => undefined);
    };
    document.addEventListener("visibilitychange", wake);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", wake);
      window.clearTimeout(timer);
      worker.terminate();
      stop(stream);
    };
  }, []);

  return (
    <div class="camera" data-live={live}>
      <video ref={video} playsInline muted aria-label={label} />
      <canvas ref={drawing} aria-hidden="true" />
      {torch !== null && (
        <button type="button" class="torch" aria-pressed={torch} onClick={() => void shine(!torch)}>
          {torch ? torchLabels.off : torchLabels.on}
        </button>
      )}
    </div>
  );
}

const stop = (stream: MediaStream | null): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

function draw(
  canvas: HTMLCanvasElement | null,
  video: HTMLVideoElement,
  reads: Read[],
  judge: (read: Read) => Mark,
): void {
  // Barcodes last: whether they matter depends on what else is in view
  reads.sort((a, b) => Number(a.linear) - Number(b.linear));
  const marks = reads.map(judge);
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  if (canvas.width !== video.videoWidth || canvas.height !== video.videoHeight) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
  }
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.lineWidth = Math.max(6, canvas.width / 130);
  context.lineJoin = "round";
  for (const [at, read] of reads.entries()) {
    context.strokeStyle = COLOURS[marks[at] as Mark];
    // Not by colour alone
    context.setLineDash(marks[at] === "bad" ? [24, 16] : []);
    context.beginPath();
    for (const { x, y } of read.corners) context.lineTo(x, y);
    context.closePath();
    context.stroke();
  }
}
