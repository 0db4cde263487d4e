package jp.sanchi.chaincode.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.hyperledger.fabric.protos.peer.ChaincodeAdditionalParams;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage.Type;
import org.hyperledger.fabric.protos.peer.GetStateMultiple;
import org.hyperledger.fabric.protos.peer.WriteBatchState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChaincodeServerTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
  }

  @Test
  void registers_under_its_package_id() throws Exception {
    FakePeer peer = peer(call -> Response.ok(new byte[0]), FakePeer.SINGLE_KEYS);
    assertThat(peer.registered.get()).isEqualTo("label:hash");
  }

  @Test
  void tells_the_contract_what_the_proposal_says() throws Exception {
    var calls = new LinkedBlockingQueue<Call>();
    FakePeer peer =
        peer(
            call -> {
              calls.add(call);
              return Response.ok("answer".getBytes(UTF_8));
            },
            FakePeer.SINGLE_KEYS);

    var answer = response(peer.call("tx", "function", "argument"));

    assertThat(answer.getStatus()).isEqualTo(200);
    assertThat(answer.getPayload().toStringUtf8()).isEqualTo("answer");
    Call call = calls.remove();
    assertThat(call.channel()).isEqualTo("channel");
    assertThat(call.transactionId()).isEqualTo("tx");
    assertThat(call.timestamp()).isEqualTo(FakePeer.TIMESTAMP);
    assertThat(call.creator()).isEqualTo(FakePeer.CREATOR);
    assertThat(call.arguments())
        .containsExactly("function".getBytes(UTF_8), "argument".getBytes(UTF_8));
  }

  @Test
  void an_init_is_a_call_like_others() throws Exception {
    FakePeer peer = peer(call -> Response.ok(new byte[] {'i'}), FakePeer.SINGLE_KEYS);
    var answer = response(peer.call(Type.INIT, "channel", "tx"));
    assertThat(answer.getPayload().toStringUtf8()).isEqualTo("i");
  }

  @Test
  void reads_and_writes_key_by_key_where_the_peer_offers_no_batches() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.SINGLE_KEYS);
    peer.put("a", "1");
    peer.put("b", "2");

    var answer = response(peer.call("tx", "b", "none", "a"));

    assertThat(answer.getPayload().toStringUtf8()).isEqualTo("b=2 a=1");
    assertThat(peer.questions())
        .containsExactly(
            Type.GET_STATE, Type.GET_STATE, Type.GET_STATE, Type.PUT_STATE, Type.PUT_STATE);
    assertThat(peer.written).containsExactly("copy of a=1", "copy of b=2");
  }

  @Test
  void reads_and_writes_in_batches_no_larger_than_the_peer_takes() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(10, 7));
    String[] keys = IntStream.range(0, 25).mapToObj("k%02d"::formatted).toArray(String[]::new);
    for (String key : keys) {
      peer.put(key, "v");
    }

    response(peer.call("tx", keys));

    assertThat(peer.questions())
        .containsExactly(
            Type.GET_STATE_MULTIPLE,
            Type.GET_STATE_MULTIPLE,
            Type.GET_STATE_MULTIPLE,
            Type.WRITE_BATCH_STATE,
            Type.WRITE_BATCH_STATE,
            Type.WRITE_BATCH_STATE,
            Type.WRITE_BATCH_STATE);
    assertThat(sizes(peer)).containsExactly(10, 10, 5, 7, 7, 7, 4);
    assertThat(peer.written).hasSize(25).isSorted().first().isEqualTo("copy of k00=v");
  }

  @Test
  void a_peer_that_batches_and_names_no_limit_gets_a_hundred_keys_a_message() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(0, 0));
    String[] keys = IntStream.range(0, 101).mapToObj(i -> "k" + i).toArray(String[]::new);

    response(peer.call("tx", keys));

    assertThat(sizes(peer)).containsExactly(100, 1);
  }

  @Test
  void batches_that_fit_are_one_message_each() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(-1, 2));
    peer.put("a", "1");
    peer.put("b", "2");
    response(peer.call("tx", "a", "b"));
    assertThat(sizes(peer)).containsExactly(2, 2);
  }

  @Test
  void asks_for_a_key_once_and_for_nothing_not_at_all() throws Exception {
    FakePeer peer =
        peer(
            call -> {
              assertThat(call.load(List.of())).isEmpty();
              call.put(Map.of());
              return Response.ok(text(call.load(List.of("b", "a", "b"))));
            },
            FakePeer.batches(2, 2));
    peer.put("a", "1");
    peer.put("b", "2");

    var answer = response(peer.call("tx"));

    assertThat(answer.getPayload().toStringUtf8()).isEqualTo("b=2 a=1");
    assertThat(sizes(peer)).containsExactly(2);
  }

  @Test
  void the_last_value_of_a_key_counts_and_reads_see_what_is_committed() throws Exception {
    FakePeer peer =
        peer(
            call -> {
              call.put(Map.of("b", new byte[] {'1'}, "a", new byte[] {'1'}));
              call.put(Map.of("b", new byte[] {'2'}));
              return Response.ok(text(call.load(List.of("b"))));
            },
            FakePeer.batches(10, 10));
    peer.put("b", "0");

    var answer = response(peer.call("tx"));

    assertThat(answer.getPayload().toStringUtf8()).isEqualTo("b=0");
    assertThat(peer.written).containsExactly("a=1", "b=2");
  }

  @Test
  void writes_nothing_of_a_call_that_is_refused_or_fails() throws Exception {
    FakePeer peer =
        peer(
            call -> {
              call.put(Map.of("a", new byte[] {'1'}));
              if (call.arguments().isEmpty()) {
                throw new IllegalStateException("no arguments");
              }
              return Response.refused(404, "not_there");
            },
            FakePeer.batches(10, 10));

    var refused = response(peer.call("tx1", "x"));
    var failed = response(peer.call("tx2"));

    assertThat(refused.getStatus()).isEqualTo(404);
    assertThat(refused.getMessage()).isEqualTo("not_there");
    assertThat(failed.getStatus()).isEqualTo(500);
    assertThat(failed.getMessage()).isEqualTo("the chaincode failed");
    assertThat(peer.questions()).isEmpty();
  }

  @Test
  void a_fault_in_one_call_answers_that_call_only() throws Exception {
    FakePeer peer =
        peer(
            call -> {
              if (call.transactionId().equals("bad")) {
                throw new StackOverflowError();
              }
              return copy(call);
            },
            FakePeer.batches(10, 10));
    peer.put("a", "1");
    peer.holds = true;

    var good = peer.call("good", "a");
    ChaincodeMessage question = peer.nextHeld();
    assertThat(response(peer.call("bad", "a")).getStatus()).isEqualTo(500);
    peer.holds = false;
    peer.answer(question);

    assertThat(response(good).getPayload().toStringUtf8()).isEqualTo("a=1");
  }

  @Test
  void an_empty_key_or_value_is_not_put() throws Exception {
    FakePeer peer =
        peer(
            call -> {
              assertThatThrownBy(() -> call.put(Map.of("", new byte[1])))
                  .isInstanceOf(IllegalArgumentException.class);
              assertThatThrownBy(() -> call.put(Map.of("a", new byte[0])))
                  .isInstanceOf(IllegalArgumentException.class);
              return Response.ok(new byte[0]);
            },
            FakePeer.batches(10, 10));
    assertThat(response(peer.call("tx")).getStatus()).isEqualTo(200);
    assertThat(peer.written).isEmpty();
  }

  @Test
  void answers_find_their_calls_by_channel_and_transaction() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(10, 10));
    peer.holds = true;

    var first = peer.call(Type.TRANSACTION, "one", "tx", "a");
    ChaincodeMessage firstQuestion = peer.nextHeld();
    var second = peer.call(Type.TRANSACTION, "two", "tx", "a");
    ChaincodeMessage secondQuestion = peer.nextHeld();
    peer.holds = false;

    peer.put("a", "of two");
    peer.answer(secondQuestion);
    assertThat(response(second).getPayload().toStringUtf8()).isEqualTo("a=of two");
    peer.put("a", "of one");
    peer.answer(firstQuestion);
    assertThat(response(first).getPayload().toStringUtf8()).isEqualTo("a=of one");
  }

  @Test
  void many_calls_run_at_a_time_and_each_gets_its_own_answer() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(3, 3));
    var answers = new LinkedHashMap<String, CompletableFuture<ChaincodeMessage>>();
    for (int i = 0; i < 200; i++) {
      peer.put("key" + i, "value" + i);
    }
    for (int i = 0; i < 200; i++) {
      answers.put("key" + i, peer.call("tx" + i, "key" + i, "none", "nothing", "no"));
    }
    for (var answer : answers.entrySet()) {
      assertThat(response(answer.getValue()).getPayload().toStringUtf8())
          .isEqualTo(answer.getKey() + "=value" + answer.getKey().substring(3));
    }
  }

  @Test
  void the_peers_error_ends_the_call_even_if_the_contract_goes_on() throws Exception {
    FakePeer peer =
        peer(
            call -> {
              try {
                call.load(List.of("a"));
              } catch (StateUnavailable e) {
                assertThat(e).hasMessage("no ledger context");
              }
              call.put(Map.of("a", new byte[] {'1'}));
              return Response.ok(new byte[0]);
            },
            FakePeer.batches(10, 10));
    peer.fault = "no ledger context";

    ChaincodeMessage last = last(peer.call("tx"));

    assertThat(last.getType()).isEqualTo(Type.ERROR);
    assertThat(last.getPayload().toStringUtf8()).isEqualTo("no ledger context");
    assertThat(peer.written).isEmpty();
  }

  @Test
  void a_write_that_the_peer_refuses_is_no_success() throws Exception {
    FakePeer peer =
        peer(
            call -> {
              call.put(Map.of("a", new byte[] {'1'}));
              return Response.ok(new byte[0]);
            },
            FakePeer.SINGLE_KEYS);
    peer.fault = "read only";
    assertThat(last(peer.call("tx")).getType()).isEqualTo(Type.ERROR);
  }

  @Test
  void a_transaction_that_comes_again_while_it_runs_ends_both_with_no_answer_of_the_first()
      throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(10, 10));
    peer.holds = true;
    var first = peer.call("tx", "a");
    ChaincodeMessage question = peer.nextHeld();

    ChaincodeMessage second = last(peer.call("tx", "b"));
    assertThat(second.getType()).isEqualTo(Type.ERROR);

    peer.holds = false;
    peer.answer(question);
    // The id is free once the first has gone
    ChaincodeMessage third;
    do {
      third = last(peer.call("tx", "c"));
    } while (third.getType() == Type.ERROR);
    assertThat(response(third).getPayload().toStringUtf8()).isEmpty();
    assertThat(first).isNotDone();
    assertThat(peer.received.stream().filter(m -> m.getType() == Type.COMPLETED)).hasSize(1);
  }

  @Test
  void what_cannot_be_read_is_answered_with_an_error() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(10, 10));
    var answer = peer.call("tx");
    assertThat(response(answer).getStatus()).isEqualTo(200);
    peer.send(
        ChaincodeMessage.newBuilder()
            .setType(Type.RESPONSE)
            .setChannelId("channel")
            .setTxid("nobody's")
            .build());
    peer.send(ChaincodeMessage.newBuilder().setType(Type.KEEPALIVE).build());
    peer.send(ChaincodeMessage.newBuilder().setType(Type.GET_QUERY_RESULT).build());
    assertThat(last(peer.callUnreadable("tx2")).getType()).isEqualTo(Type.ERROR);
  }

  @Test
  void a_contract_is_told_when_the_peer_goes_and_the_peer_may_come_again() throws Exception {
    BlockingQueue<RuntimeException> thrown = new LinkedBlockingQueue<>();
    ChaincodeServer server =
        server(
            call -> {
              try {
                return Response.ok(text(call.load(List.of("a"))));
              } catch (StateUnavailable e) {
                thrown.add(e);
                throw e;
              }
            });
    FakePeer peer = connect(server, FakePeer.batches(10, 10));
    peer.holds = true;
    peer.call("tx");
    peer.nextHeld();
    peer.close();

    assertThat(thrown.poll(FakePeer.SOON.toSeconds(), TimeUnit.SECONDS))
        .hasMessage("the stream has ended");
    FakePeer again = connect(server, FakePeer.batches(10, 10));
    assertThat(response(again.call("tx")).getStatus()).isEqualTo(200);
  }

  @Test
  void serves_several_peers_with_their_own_states() throws Exception {
    ChaincodeServer server = server(ChaincodeServerTest::copy);
    FakePeer one = connect(server, FakePeer.batches(10, 10));
    FakePeer two = connect(server, FakePeer.SINGLE_KEYS);
    one.put("a", "1");
    two.put("a", "2");
    assertThat(response(one.call("tx", "a")).getPayload().toStringUtf8()).isEqualTo("a=1");
    assertThat(response(two.call("tx", "a")).getPayload().toStringUtf8()).isEqualTo("a=2");
  }

  @Test
  void takes_messages_of_tens_of_megabytes() throws Exception {
    FakePeer peer = peer(ChaincodeServerTest::copy, FakePeer.batches(10, 10));
    peer.put("a", "x".repeat(40 << 20));
    assertThat(response(peer.call("tx", "a")).getPayload().size()).isEqualTo((40 << 20) + 2);
    assertThat(peer.written).hasSize(1);
  }

  @Test
  void a_server_that_closes_lets_calls_end_and_takes_no_new_ones() throws Exception {
    var running = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    ChaincodeServer server =
        server(
            call -> {
              running.countDown();
              await(end);
              return Response.ok(new byte[] {'1'});
            });
    FakePeer peer = connect(server, FakePeer.batches(10, 10));
    var answer = peer.call("tx");
    await(running);

    var closing = CompletableFuture.runAsync(server::close);
    ChaincodeMessage late;
    int calls = 0;
    do {
      var call = peer.call("late" + calls++);
      late = call.completeOnTimeout(null, 100, TimeUnit.MILLISECONDS).get();
    } while (late == null);
    assertThat(late.getType()).isEqualTo(Type.ERROR);
    end.countDown();

    assertThat(response(answer).getPayload().toStringUtf8()).isEqualTo("1");
    closing.get(FakePeer.SOON.toSeconds(), TimeUnit.SECONDS);
    peer.ended.get(FakePeer.SOON.toSeconds(), TimeUnit.SECONDS);
    server.awaitClosed();
  }

  @Test
  void a_port_that_is_taken_is_said() throws Exception {
    ChaincodeServer server = server(ChaincodeServerTest::copy);
    var settings = new Settings("127.0.0.1", server.port(), "label:hash", Optional.empty());
    assertThatThrownBy(() -> ChaincodeServer.start(settings, ChaincodeServerTest::copy))
        .isInstanceOf(IOException.class);
  }

  /** Loads the keys that it is called with, answers them and puts copies, last key first. */
  private static Response copy(Call call) {
    List<String> keys =
        call.arguments().stream().map(argument -> new String(argument, UTF_8)).toList();
    Map<String, byte[]> found = call.load(keys);
    var copies = new LinkedHashMap<String, byte[]>();
    var backwards = new ArrayList<>(found.keySet());
    Collections.reverse(backwards);
    backwards.forEach(key -> copies.put("copy of " + key, found.get(key)));
    call.put(copies);
    return Response.ok(text(found));
  }

  private static byte[] text(Map<String, byte[]> values) {
    var text = new ArrayList<String>();
    values.forEach((key, value) -> text.add(key + "=" + new String(value, UTF_8)));
    return String.join(" ", text).getBytes(UTF_8);
  }

  private static List<Integer> sizes(FakePeer peer) throws InvalidProtocolBufferException {
    var sizes = new ArrayList<Integer>();
    for (ChaincodeMessage message : peer.received) {
      switch (message.getType()) {
        case GET_STATE_MULTIPLE ->
            sizes.add(GetStateMultiple.parseFrom(message.getPayload()).getKeysCount());
        case WRITE_BATCH_STATE ->
            sizes.add(WriteBatchState.parseFrom(message.getPayload()).getRecCount());
        default -> {}
      }
    }
    return sizes;
  }

  private ChaincodeServer server(Contract contract) throws IOException {
    var settings = new Settings("127.0.0.1", 0, "label:hash", Optional.empty());
    ChaincodeServer server = ChaincodeServer.start(settings, contract);
    open.add(server);
    return server;
  }

  private FakePeer connect(ChaincodeServer server, ChaincodeAdditionalParams offer)
      throws Exception {
    FakePeer peer = FakePeer.connect(server.port(), offer);
    open.add(0, peer);
    peer.registered.get(FakePeer.SOON.toSeconds(), TimeUnit.SECONDS);
    return peer;
  }

  private FakePeer peer(Contract contract, ChaincodeAdditionalParams offer) throws Exception {
    return connect(server(contract), offer);
  }

  private static ChaincodeMessage last(CompletableFuture<ChaincodeMessage> call) throws Exception {
    return call.get(FakePeer.SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static org.hyperledger.fabric.protos.peer.Response response(
      CompletableFuture<ChaincodeMessage> call) throws Exception {
    return response(last(call));
  }

  private static org.hyperledger.fabric.protos.peer.Response response(ChaincodeMessage last)
      throws InvalidProtocolBufferException {
    assertThat(last.getType()).isEqualTo(Type.COMPLETED);
    return org.hyperledger.fabric.protos.peer.Response.parseFrom(last.getPayload());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(FakePeer.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
