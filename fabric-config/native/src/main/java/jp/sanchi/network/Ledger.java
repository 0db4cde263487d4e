package jp.sanchi.network;

import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.ledger.TraceFunctions;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.kernel.proof.X509;
import org.hyperledger.fabric.client.CommitException;
import org.hyperledger.fabric.client.CommitStatusException;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.SubmitException;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;

/** Sanchi's ledger as every client reaches it: through the gateway of a member's peer. */
final class Ledger implements AutoCloseable {
  private static final Json.Limits LIMITS = new Json.Limits(16 << 20, 16);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ManagedChannel channel;
  private final Gateway gateway;
  private final Contract contract;

  /**
   * Connects as a connection file says: to its own member's peer.
   *
   * @param file {@code connections/<MSP id>.json}
   */
  Ledger(Path file) {
    Json.Obj connection = (Json.Obj) Json.parse(Folders.read(file), LIMITS);
    Path folder = file.toAbsolutePath().getParent();
    KeyedCertificate client =
        KeyedCertificate.read(
            folder.resolve(connection.text("certificate")), folder.resolve(connection.text("key")));
    Json.Obj first = (Json.Obj) connection.array("gateways").get(0);
    this.channel =
        PeerClient.channel(
            first.text("address"),
            first.text("serverName"),
            folder.resolve(first.text("tlsRoots")));
    this.gateway =
        Gateway.newInstance()
            .connection(channel)
            .identity(new X509Identity(connection.text("mspId"), client.certificate()))
            .signer(Signers.newPrivateKeySigner(client.key()))
            .evaluateOptions(options -> options.withDeadlineAfter(30, TimeUnit.SECONDS))
            .endorseOptions(options -> options.withDeadlineAfter(60, TimeUnit.SECONDS))
            .submitOptions(options -> options.withDeadlineAfter(30, TimeUnit.SECONDS))
            .commitStatusOptions(options -> options.withDeadlineAfter(60, TimeUnit.SECONDS))
            .connect();
    this.contract = gateway.getNetwork(PeerClient.CHANNEL).getContract(Lifecycle.CHAINCODE);
  }

  /** The values of keys of the chaincode's state, null where there is none. */
  List<byte[]> state(String... keys) {
    var last = new Exception[1];
    var values = new ArrayList<byte[]>();
    boolean answered =
        Waiting.until(
            PATIENCE,
            () -> {
              try {
                byte[] answer = contract.evaluateTransaction(TraceFunctions.STATE, keys);
                for (Json item : ((Json.Arr) Json.parse(answer, LIMITS)).items()) {
                  values.add(
                      item instanceof Json.Text text ? Base64Url.decode(text.value()) : null);
                }
                return true;
              } catch (GatewayException e) {
                last[0] = e;
                return false;
              }
            });
    if (!answered) {
      throw new NetworkFailure("The chaincode doesn't answer: " + reason(last[0]), last[0]);
    }
    return values;
  }

  /** The consortium's id as the ledger knows it, or null before the founding. */
  String consortium() {
    byte[] value = state("ledger").get(0);
    return value == null ? null : ((Json.Obj) Json.parse(value, LIMITS)).text("consortium");
  }

  /** The ledger's facts of the consortium, {@code n} counting its history's events. */
  Json.Obj consortium(String id) {
    byte[] value = state("subject/consortium/" + id).get(0);
    if (value == null) {
      throw new NetworkFailure("The ledger holds no consortium " + id + ".");
    }
    return (Json.Obj) Json.parse(value, LIMITS);
  }

  /**
   * Appends one event; one that the ledger holds already is no error.
   *
   * <p>Where the outcome of an attempt is unknown it is sent again: the ledger takes it once.
   *
   * @param mspIds whose peers should endorse it; whom the gateway chooses where they can't for half
   *     of the time that is waited
   */
  void append(String jws, Collection<String> mspIds) {
    var last = new Exception[1];
    long insist = System.nanoTime() + PATIENCE.toNanos() / 2;
    var answer = new byte[1][];
    boolean appended =
        Waiting.until(
            PATIENCE,
            () -> {
              try {
                Proposal.Builder proposal =
                    contract.newProposal(TraceFunctions.APPEND).addArguments(jws);
                // The gateway takes two members of one operator for two; the peers may just start
                if (!mspIds.isEmpty() && System.nanoTime() < insist) {
                  proposal.setEndorsingOrganizations(mspIds.toArray(String[]::new));
                }
                answer[0] = proposal.build().endorse().submit();
                return true;
              } catch (EndorseException
                  | SubmitException
                  | CommitStatusException
                  | CommitException e) {
                last[0] = e;
                return false;
              }
            });
    if (!appended) {
      throw new NetworkFailure("The ledger took no event: " + reason(last[0]), last[0]);
    }
    Json item = ((Json.Arr) Json.parse(answer[0], LIMITS)).get(0);
    if (item instanceof Json.Arr refusal && refusal.get(0) instanceof Json.Text code) {
      throw new NetworkFailure(
          "The ledger refused the event: %s %s"
              .formatted(code.value(), new String(refusal.canonical(), StandardCharsets.UTF_8)));
    }
  }

  /** An administration object's members that say which and when. */
  static Json.Obj payload(String kind, String consortium, Instant now) {
    String time = IsoTime.print(now.toEpochMilli());
    return Json.object(
        "eventID",
        "urn:uuid:" + UUID.randomUUID(),
        "eventTime",
        time,
        "sanchi:consortium",
        consortium,
        "sanchi:kind",
        kind,
        "sanchi:loggedAt",
        time);
  }

  /**
   * An administration object as a member's administrator signs it, a compact JWS.
   *
   * @param seq how many events the administrator's key signed before
   */
  static String signed(Json.Obj payload, Identity administrator, long seq) {
    byte[] certificate = administrator.keyed().der();
    String kid = Base64Url.encode(P256.thumbprint(X509.read(certificate).publicKey()));
    String input =
        Jws.signingInput(
            Jws.ADMINISTRATION,
            kid,
            seq,
            certificate,
            payload.with("sanchi:member", Json.of(administrator.mspId())));
    return input + "." + Base64Url.encode(administrator.signRaw(input));
  }

  /**
   * Signs a payload as a member's administrator and appends it.
   *
   * @param payload a file that holds an administration object
   * @param connection of the same member
   * @param administrator key and certificate, PEM
   */
  static void approve(Path payload, Path connection, Path administrator) {
    Json.Obj object;
    Json.Obj described;
    try {
      object = (Json.Obj) Json.parse(Folders.read(payload), LIMITS);
      described = (Json.Obj) Json.parse(Folders.read(connection), LIMITS);
    } catch (MalformedEvent | ClassCastException e) {
      throw new NetworkFailure(
          "%s or %s holds no JSON object: %s".formatted(payload, connection, e.getMessage()), e);
    }
    var identity =
        new Identity(described.text("mspId"), KeyedCertificate.read(administrator, administrator));
    try (Ledger ledger = new Ledger(connection)) {
      long before = ledger.consortium(object.text("sanchi:consortium")).integer("n");
      ledger.append(signed(object, identity, before), members(connection, described));
    }
  }

  /** The members in the trust roots of a connection; none where it has no such file yet. */
  private static Set<String> members(Path connection, Json.Obj described) {
    Path trust = connection.toAbsolutePath().getParent().resolve(described.text("trust"));
    return Files.exists(trust) ? TrustRoots.read(Folders.read(trust)).members().keySet() : Set.of();
  }

  private static String reason(Exception e) {
    if (e instanceof GatewayException gateway) {
      for (ErrorDetail detail : gateway.getDetails()) {
        return detail.getAddress() + ": " + detail.getMessage();
      }
    }
    return e.getMessage();
  }

  @Override
  public void close() {
    gateway.close();
    channel.shutdownNow();
  }
}
