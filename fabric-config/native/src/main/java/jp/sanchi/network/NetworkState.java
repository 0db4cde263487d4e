package jp.sanchi.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * {@code network.json}: what this network is. Written last when a network is made, so that a folder
 * without it holds none.
 *
 * @param consortium the ledger's id
 * @param portBase of all ports
 * @param members in the order in which they joined; the secretariat is one of them
 * @param orderers how many; {@code orderer1} is the first member's, and so on
 * @param chaincode SHA-256 of the jar that runs, in hexadecimal
 * @param sequence of the chaincode definition, from 1
 * @param slot 0 or 1: on which of its two ports each chaincode server listens
 */
record NetworkState(
    String consortium,
    int portBase,
    List<Member> members,
    int orderers,
    String chaincode,
    int sequence,
    int slot) {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 8);

  NetworkState {
    members = List.copyOf(members);
  }

  static NetworkState read(Path data) {
    Path file = file(data);
    if (!Files.exists(file)) {
      throw new NetworkFailure(
          "There is no network in %s: make one with `network up`.".formatted(data));
    }
    try {
      return read((Json.Obj) Json.parse(Folders.read(file), LIMITS));
    } catch (MalformedEvent | ClassCastException e) {
      throw new NetworkFailure(
          "%s is damaged (%s): bring it back from a backup.".formatted(file, e.getMessage()), e);
    }
  }

  private static NetworkState read(Json.Obj json) {
    var members = new ArrayList<Member>();
    for (Json member : json.array("members").items()) {
      members.add(Member.read((Json.Obj) member));
    }
    return new NetworkState(
        json.text("consortium"),
        (int) json.integer("portBase"),
        members,
        (int) json.integer("orderers"),
        json.text("chaincode"),
        (int) json.integer("sequence"),
        (int) json.integer("slot"));
  }

  static boolean exists(Path data) {
    return Files.exists(file(data));
  }

  void write(Path data) {
    Json.Obj json =
        Json.object(
            "chaincode",
            chaincode,
            "consortium",
            consortium,
            "members",
            members.stream().map(Member::json).toList(),
            "orderers",
            orderers,
            "portBase",
            portBase,
            "sequence",
            sequence,
            "slot",
            slot);
    Folders.write(file(data), json.canonical());
  }

  private static Path file(Path data) {
    return data.resolve("network.json");
  }

  NetworkState with(List<Member> others) {
    return new NetworkState(consortium, portBase, others, orderers, chaincode, sequence, slot);
  }

  /** With the next definition of the same chaincode. */
  NetworkState with(int otherSequence) {
    return new NetworkState(
        consortium, portBase, members, orderers, chaincode, otherSequence, slot);
  }

  /** With the next definition, of another chaincode, whose servers take the other ports. */
  NetworkState next(String otherChaincode) {
    return new NetworkState(
        consortium, portBase, members, orderers, otherChaincode, sequence + 1, 1 - slot);
  }

  /** Those with a peer. */
  List<Member> peers() {
    return members.stream().filter(Member::application).toList();
  }

  Member member(String name) {
    return members.stream()
        .filter(member -> member.name().equals(name) || member.mspId().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new NetworkFailure(
                    "There is no member %s; the members are %s."
                        .formatted(
                            name, String.join(", ", peers().stream().map(Member::name).toList()))));
  }

  /** Whose orderer it is: the first four members', each its own. */
  Member ordererMember(int orderer) {
    return members.get(orderer - 1);
  }

  /** The number of a member's orderer, or 0. */
  int orderer(Member member) {
    int number = members.indexOf(member) + 1;
    return number <= orderers ? number : 0;
  }

  int peerPort(Member member) {
    return portBase + 10 * member.place() + 1;
  }

  int peerOperationsPort(Member member) {
    return portBase + 10 * member.place() + 2;
  }

  /** Two take turns, so that a new chaincode can start beside the old. */
  int chaincodePort(Member member) {
    return portBase + 10 * member.place() + 3 + slot;
  }

  int ordererPort(int orderer) {
    return portBase + 10 * ordererMember(orderer).place() + 5;
  }

  int ordererAdminPort(int orderer) {
    return ordererPort(orderer) + 1;
  }

  int ordererOperationsPort(int orderer) {
    return ordererPort(orderer) + 2;
  }
}
