package jp.sanchi.audit;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jp.sanchi.kernel.proof.TrustRoots;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;

/**
 * One endorsed call of a chaincode.
 *
 * @param time the transaction's timestamp, in ms since 1970
 * @param arguments the function's name and what it is called with
 * @param status that the chaincode answered; 200 is success
 * @param namespaces what the call read and wrote
 * @param endorsers distinct, whose signatures are good
 */
record Call(
    long time,
    String chaincode,
    List<byte[]> arguments,
    int status,
    byte[] answer,
    List<Namespace> namespaces,
    List<Identity> endorsers) {

  /**
   * Null if as many members and operators have endorsed as trust.json demands; else how many have.
   *
   * @param application MSP ids of the channel's members; one that trust.json does not know, since
   *     it left or has joined, counts as its own operator
   */
  String tooFew(TrustRoots trust, Set<String> application) {
    Set<String> members =
        endorsers.stream()
            .filter(endorser -> endorser.roles().contains("peer"))
            .map(Identity::mspId)
            .filter(application::contains)
            .collect(Collectors.toSet());
    long operators =
        members.stream()
            .map(
                member ->
                    trust.members().containsKey(member)
                        ? trust.members().get(member).operator()
                        : "member " + member)
            .distinct()
            .count();
    return members.size() >= trust.thresholdMembers() && operators >= trust.thresholdOperators()
        ? null
        : "endorsed by %d members and %d operators".formatted(members.size(), operators);
  }

  /** What a call read and wrote of one chaincode's state. */
  record Namespace(String name, KVRWSet set, List<Collection> collections) {
    boolean writes() {
      return set.getWritesCount() > 0
          || set.getMetadataWritesCount() > 0
          || collections.stream().anyMatch(Collection::writes);
    }
  }

  /** What a call read and wrote of a private collection, of which the ledger knows hashes. */
  record Collection(String name, HashedRWSet set) {
    boolean writes() {
      return set.getHashedWritesCount() > 0 || set.getMetadataWritesCount() > 0;
    }
  }
}
