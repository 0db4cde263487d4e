package jp.sanchi.chaincode;

import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import jp.sanchi.chaincode.stream.Call;
import jp.sanchi.chaincode.stream.Contract;
import jp.sanchi.chaincode.stream.Response;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.WorldState;
import jp.sanchi.kernel.ledger.TraceFunctions;

/**
 * The kernel's {@link TraceFunctions}, called by peers. A call that a client should not have made,
 * or whose timestamp is too far from this clock, is refused with status 400 and its reason's code
 * as message.
 */
final class TraceContract implements Contract {
  /** How far a transaction's timestamp may be from an endorser's clock, either way. */
  private static final long MOST_DIFFERENCE_MS = 120_000;

  private static final int MALFORMED = 400;

  private final InstantSource clock;

  /**
   * A contract.
   *
   * @param clock a guard only: it decides whether there is an answer, and never what it says
   */
  TraceContract(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Response invoke(Call call) {
    long time = call.timestamp().toEpochMilli();
    // By sides, so that no timestamp overflows a difference
    long now = clock.millis();
    if (time < now - MOST_DIFFERENCE_MS || time > now + MOST_DIFFERENCE_MS) {
      return Response.refused(MALFORMED, "clock_difference");
    }
    try {
      return Response.ok(
          TraceFunctions.call(new Peer(call), call.channel(), call.arguments(), time));
    } catch (MalformedEvent e) {
      return Response.refused(MALFORMED, e.reason());
    }
  }

  /** The peer's state, as the kernel sees it. */
  private record Peer(Call call) implements WorldState {
    @Override
    public Map<String, byte[]> load(Collection<String> keys) {
      return call.load(keys);
    }

    @Override
    public void put(Map<String, byte[]> writes) {
      call.put(writes);
    }
  }
}
