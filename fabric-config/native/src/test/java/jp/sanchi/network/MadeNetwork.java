package jp.sanchi.network;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A network's files, as {@code network up} makes them before anything of Fabric's runs. */
final class MadeNetwork {
  static final String DIGEST = "ab".repeat(32);

  private MadeNetwork() {}

  static NetworkState state(int portBase) {
    List<Member> members =
        IntStream.range(0, 4)
            .mapToObj(
                place ->
                    Member.of(
                        List.of("growers", "inspectors", "logistics", "secretariat").get(place),
                        "local",
                        place,
                        place < 3))
            .toList();
    return new NetworkState("sanchi-test", portBase, members, 4, DIGEST, 1, 0);
  }

  static NetworkState in(Path folder, int portBase) {
    NetworkState state = state(portBase);
    var data = new DataFolder(folder);
    var files = new NewNetwork(data, FabricBinaries.ofThisMachine());
    ChaincodePackage chaincode = ChaincodePackage.of(DIGEST);
    state.members().forEach(member -> files.member(state, member, chaincode));
    new NodeFiles(data, state).channel();
    files.connections(state);
    state.write(folder);
    return state;
  }

  static Stream<String> nodes(NetworkState state) {
    return Nodes.ports(state).keySet().stream();
  }
}
