package jp.sanchi.server.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AskedTogetherTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void answers_at_once_who_asks_alone() {
    var together = new AskedTogether<String, Integer, String>(4, (key, asked) -> key + asked);

    assertThat(together.ask("a", 1)).isEqualTo(new AskedTogether.Shared<>("a[1]", List.of(1), 0));
  }

  @Test
  void answers_all_who_come_meanwhile_with_one_answer_and_tells_each_its_place() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(1);
    AtomicInteger answers = new AtomicInteger();
    var together =
        new AskedTogether<String, Integer, List<Integer>>(
            100,
            (key, asked) -> {
              started.countDown();
              await(others);
              answers.incrementAndGet();
              return List.copyOf(asked);
            });
    List<Future<AskedTogether.Shared<Integer, List<Integer>>>> asked = new ArrayList<>();
    asked.add(threads.submit(() -> together.ask("a", 0)));
    await(started);
    for (int i = 1; i <= 20; i++) {
      int question = i;
      asked.add(threads.submit(() -> together.ask("a", question)));
    }
    Thread.sleep(300);
    others.countDown();

    for (int i = 0; i <= 20; i++) {
      var shared = asked.get(i).get(10, TimeUnit.SECONDS);
      assertThat(shared.answer().get(shared.index())).isEqualTo(i);
    }
    assertThat(answers.get()).isEqualTo(2);
  }

  @Test
  void begins_another_round_when_one_is_full() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(1);
    List<Integer> sizes = new ArrayList<>();
    var together =
        new AskedTogether<String, Integer, String>(
            3,
            (key, asked) -> {
              started.countDown();
              await(others);
              sizes.add(asked.size());
              return key;
            });
    List<Future<?>> asked = new ArrayList<>();
    asked.add(threads.submit(() -> together.ask("a", 0)));
    await(started);
    for (int i = 1; i <= 7; i++) {
      int question = i;
      asked.add(threads.submit(() -> together.ask("a", question)));
    }
    Thread.sleep(300);
    others.countDown();
    for (Future<?> one : asked) {
      one.get(10, TimeUnit.SECONDS);
    }

    assertThat(sizes).containsExactlyInAnyOrder(1, 3, 3, 1);
  }

  @Test
  void lets_different_topics_alone() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    var together =
        new AskedTogether<String, Integer, String>(
            3,
            (key, asked) -> {
              if (key.equals("slow")) {
                await(slow);
              }
              return key;
            });
    Future<?> waiting = threads.submit(() -> together.ask("slow", 1));

    assertThat(together.ask("quick", 1).answer()).isEqualTo("quick");
    slow.countDown();
    waiting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void throws_to_everybody_what_the_answer_throws_and_then_goes_on() {
    AtomicInteger calls = new AtomicInteger();
    var together =
        new AskedTogether<String, Integer, String>(
            3,
            (key, asked) -> {
              if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("no");
              }
              return "yes";
            });

    assertThatThrownBy(() -> together.ask("a", 1)).isInstanceOf(IllegalStateException.class);
    assertThat(together.ask("a", 1).answer()).isEqualTo("yes");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
