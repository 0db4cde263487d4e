package jp.sanchi.server.bundles;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;

/**
 * Lets one answer serve many who ask the same at the same time. Who asks first begins at once; who
 * comes while an answer is being made waits for the next one, together with all others that do. So
 * nobody waits for company, and however many ask, one answer a topic is in the making.
 */
final class AskedTogether<K, Q, A> {
  private final int most;
  private final BiFunction<K, List<Q>, A> answerer;
  private final Map<K, Topic> topics = new HashMap<>();

  private final class Topic {
    private final ReentrantLock making = new ReentrantLock(true);
    private Round open;
    private int users;
  }

  private final class Round {
    private final List<Q> questions = new ArrayList<>();
    private final CompletableFuture<A> answer = new CompletableFuture<>();
  }

  /** An answer, and which of its questions was the asker's. */
  record Shared<Q, A>(A answer, List<Q> questions, int index) {}

  /**
   * @param most the most questions of one answer
   */
  AskedTogether(int most, BiFunction<K, List<Q>, A> answerer) {
    this.most = most;
    this.answerer = answerer;
  }

  /** What the answerer throws is thrown to all who asked together. */
  Shared<Q, A> ask(K key, Q question) {
    Topic topic;
    Round round;
    int index;
    synchronized (topics) {
      topic = topics.computeIfAbsent(key, none -> new Topic());
      topic.users++;
      if (topic.open == null || topic.open.questions.size() == most) {
        topic.open = new Round();
      }
      round = topic.open;
      index = round.questions.size();
      round.questions.add(question);
    }
    try {
      if (index == 0) {
        lead(key, topic, round);
      }
      return new Shared<>(round.answer.join(), round.questions, index);
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    } finally {
      synchronized (topics) {
        if (--topic.users == 0) {
          topics.remove(key);
        }
      }
    }
  }

  private void lead(K key, Topic topic, Round round) {
    topic.making.lock();
    try {
      synchronized (topics) {
        if (topic.open == round) {
          topic.open = null;
        }
      }
      round.answer.complete(answerer.apply(key, round.questions));
    } catch (RuntimeException | Error e) {
      round.answer.completeExceptionally(e);
    } finally {
      topic.making.unlock();
    }
  }
}
