package jp.sanchi.server.sensors;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.history.EnrolledKey;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.capture.ServerKey;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Metrics;
import jp.sanchi.server.platform.Problem;

/** Takes the readings of cold boxes, signed by the bridge that received them. */
@Path("readings")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class ReadingsResource {
  private final StoredReadings readings;
  private final Sensors sensors;
  private final CurrentState state;
  private final ServerKey key;
  private final Ledger ledger;
  private final Metrics metrics;

  @Inject
  ReadingsResource(
      StoredReadings readings,
      Sensors sensors,
      CurrentState state,
      ServerKey key,
      Ledger ledger,
      Metrics metrics) {
    this.readings = readings;
    this.sensors = sensors;
    this.state = state;
    this.key = key;
    this.ledger = ledger;
    this.metrics = metrics;
  }

  /** 200 with a receipt when all of it is stored, now or before. */
  @POST
  @Consumes("application/jose")
  public byte[] post(InputStream body) throws IOException {
    SignedReadings signed = parse(Body.read(body, SignedReadings.MOST_BYTES));
    if (!signed.consortium().equals(ledger.consortium())) {
      throw Problem.refused(422, Reason.WRONG_CONSORTIUM);
    }
    EnrolledKey bridge =
        state.key(signed.kid()).orElseThrow(() -> Problem.refused(401, Reason.UNKNOWN_KEY));
    if (!signed.isSignedBy(bridge.point())) {
      throw Problem.refused(401, Reason.BAD_SIGNATURE);
    }
    if (bridge.revoked()) {
      throw Problem.refused(401, Reason.KEY_REVOKED);
    }
    if (!bridge.organisation().equals(signed.organisation())) {
      throw Problem.refused(403, Reason.KEY_OF_ANOTHER_ORGANISATION);
    }
    Set<String> devices = new TreeSet<>();
    signed.readings().forEach(stored -> devices.add(stored.reading().device()));
    if (!sensors.known(signed.organisation(), devices).containsAll(devices)) {
      throw Problem.of(Fault.FORBIDDEN, "device");
    }
    int fresh = readings.store(signed.kid(), signed.readings());
    metrics.readings(fresh);
    Json.Obj receipt =
        Json.object(
            "batch",
            Base64Url.encode(signed.hash()),
            "consortium",
            ledger.consortium(),
            "readings",
            signed.readings().size(),
            "time",
            System.currentTimeMillis());
    return Json.object("receipt", key.receipt(receipt), "stored", fresh).canonical();
  }

  private static SignedReadings parse(byte[] body) {
    try {
      return SignedReadings.parse(body);
    } catch (MalformedEvent malformed) {
      throw Problem.of(malformed);
    }
  }
}
