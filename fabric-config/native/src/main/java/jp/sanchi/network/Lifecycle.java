package jp.sanchi.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryApprovedChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryChaincodeDefinitionResult;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodesResult;

/** Fabric's way from a chaincode package to a definition that a majority of members agreed on. */
final class Lifecycle {
  static final String CHAINCODE = "trace";

  private static final String LIFECYCLE = "_lifecycle";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final OrderingService orderers;

  Lifecycle(OrderingService orderers) {
    this.orderers = orderers;
  }

  /**
   * Has all members approve a definition and commits it; what is done already is left alone.
   *
   * <p>A member's approval is data that only its own peers keep. Where a peer has lost it with its
   * disk it can't be given again, and the members agree once more on the same chaincode.
   *
   * @return the sequence that is committed now
   */
  int define(Collection<PeerClient> administrators, ChaincodePackage chaincode, int sequence) {
    QueryChaincodeDefinitionResult known = committed(administrators.iterator().next());
    // Members may have agreed without this tool
    int current = (int) Math.max(sequence, known.getSequence());
    String version = ChaincodePackage.version(chaincode.digest());
    if (known.getSequence() == current && !known.getVersion().equals(version)) {
      throw new NetworkFailure(
          "The members have agreed on chaincode %s (sequence %d), and this network runs %s: say `network chaincode upgrade` with the jar whose SHA-256 begins so."
              .formatted(known.getVersion(), known.getSequence(), version));
    }
    boolean lost =
        administrators.stream().anyMatch(peer -> approval(peer, current) == Approval.LOST);
    int next = lost ? current + 1 : current;
    approve(administrators, chaincode, next);
    commit(administrators, chaincode, next);
    return next;
  }

  private enum Approval {
    NONE,
    GIVEN,
    LOST
  }

  void install(PeerClient peer, ChaincodePackage chaincode) {
    if (installed(peer).contains(chaincode.id())) {
      return;
    }
    try {
      peer.ask(
          "",
          LIFECYCLE,
          ByteString.copyFromUtf8("InstallChaincode"),
          InstallChaincodeArgs.newBuilder()
              .setChaincodeInstallPackage(ByteString.copyFrom(chaincode.bytes()))
              .build()
              .toByteString());
    } catch (PeerClient.Refusal e) {
      throw new NetworkFailure(
          "%s refused the chaincode package: %s".formatted(peer.name(), e.getMessage()), e);
    }
  }

  private static List<String> installed(PeerClient peer) {
    try {
      return QueryInstalledChaincodesResult.parseFrom(
              ask(
                  peer,
                  "",
                  "QueryInstalledChaincodes",
                  QueryInstalledChaincodesArgs.getDefaultInstance()))
          .getInstalledChaincodesList()
          .stream()
          .map(QueryInstalledChaincodesResult.InstalledChaincode::getPackageId)
          .toList();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  void approve(Collection<PeerClient> administrators, ChaincodePackage chaincode, int sequence) {
    var message =
        ApproveChaincodeDefinitionForMyOrgArgs.newBuilder()
            .setName(CHAINCODE)
            .setVersion(ChaincodePackage.version(chaincode.digest()))
            .setSequence(sequence)
            .setSource(
                ChaincodeSource.newBuilder()
                    .setLocalPackage(
                        ChaincodeSource.Local.newBuilder().setPackageId(chaincode.id())))
            .build();
    Together.each(
        administrators,
        peer -> {
          if (approval(peer, sequence) != Approval.GIVEN) {
            PeerClient.Answer answer = retried(peer, "ApproveChaincodeDefinitionForMyOrg", message);
            order(peer, List.of(answer), List.of(peer), "approval by " + peer.identity().mspId());
          }
        });
  }

  private static Approval approval(PeerClient peer, int sequence) {
    try {
      ask(
          peer,
          PeerClient.CHANNEL,
          "QueryApprovedChaincodeDefinition",
          QueryApprovedChaincodeDefinitionArgs.newBuilder()
              .setName(CHAINCODE)
              .setSequence(sequence)
              .build());
      return Approval.GIVEN;
    } catch (PeerClient.Refusal e) {
      return e.getMessage().contains("private data matching public hash version is not available")
          ? Approval.LOST
          : Approval.NONE;
    }
  }

  // The definition that is committed, as this peer knows; sequence 0 if there is none
  private static QueryChaincodeDefinitionResult committed(PeerClient peer) {
    try {
      return QueryChaincodeDefinitionResult.parseFrom(
          ask(
              peer,
              PeerClient.CHANNEL,
              "QueryChaincodeDefinition",
              QueryChaincodeDefinitionArgs.newBuilder().setName(CHAINCODE).build()));
    } catch (PeerClient.Refusal e) {
      return QueryChaincodeDefinitionResult.getDefaultInstance();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  void commit(Collection<PeerClient> administrators, ChaincodePackage chaincode, int sequence) {
    PeerClient first = administrators.iterator().next();
    if (committed(first).getSequence() >= sequence) {
      return;
    }
    var message =
        CommitChaincodeDefinitionArgs.newBuilder()
            .setName(CHAINCODE)
            .setVersion(ChaincodePackage.version(chaincode.digest()))
            .setSequence(sequence)
            .build();
    // An approval may have reached one peer and not yet the next
    var last = new PeerClient.Refusal[1];
    boolean committed =
        Waiting.until(
            PATIENCE,
            () -> {
              try {
                PeerClient.Call call =
                    first.call(
                        PeerClient.CHANNEL,
                        LIFECYCLE,
                        ByteString.copyFromUtf8("CommitChaincodeDefinition"),
                        message.toByteString());
                var answers = new ArrayList<PeerClient.Answer>();
                for (PeerClient peer : administrators) {
                  answers.add(peer.send(call));
                }
                order(first, answers, administrators, "the chaincode definition");
                return true;
              } catch (PeerClient.Refusal e) {
                last[0] = e;
                return false;
              }
            });
    if (!committed) {
      throw new NetworkFailure(
          "The chaincode definition was not committed: " + last[0].getMessage(), last[0]);
    }
  }

  // A peer that has just joined a channel refuses for a moment
  private static PeerClient.Answer retried(PeerClient peer, String function, Message message) {
    var answer = new PeerClient.Answer[1];
    var last = new PeerClient.Refusal[1];
    boolean answered =
        Waiting.until(
            PATIENCE,
            () -> {
              try {
                answer[0] =
                    peer.ask(
                        PeerClient.CHANNEL,
                        LIFECYCLE,
                        ByteString.copyFromUtf8(function),
                        message.toByteString());
                return true;
              } catch (PeerClient.Refusal e) {
                last[0] = e;
                return false;
              }
            });
    if (!answered) {
      throw new NetworkFailure(
          "%s refused %s: %s".formatted(peer.name(), function, last[0].getMessage()), last[0]);
    }
    return answer[0];
  }

  private void order(
      PeerClient sender,
      List<PeerClient.Answer> answers,
      Collection<PeerClient> until,
      String what) {
    String id = answers.get(0).transactionId();
    orderers.broadcast(OrderingService.transaction(sender.identity(), answers));
    for (PeerClient peer : until) {
      if (!Waiting.until(PATIENCE, () -> peer.outcome(id) != null)) {
        throw new NetworkFailure(
            "%s was ordered, but %s has not seen it within %d s: look at `network status` and say the command again."
                .formatted(what, peer.name(), PATIENCE.toSeconds()));
      }
      TxValidationCode outcome = peer.outcome(id);
      if (outcome != TxValidationCode.VALID) {
        throw new NetworkFailure("The ledger did not take %s: %s".formatted(what, outcome));
      }
    }
  }

  private static ByteString ask(
      PeerClient peer, String channel, String function, Message argument) {
    return peer.ask(channel, LIFECYCLE, ByteString.copyFromUtf8(function), argument.toByteString())
        .payload();
  }
}
