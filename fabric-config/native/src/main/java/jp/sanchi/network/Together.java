package jp.sanchi.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Doing the same to several nodes at once, since each mostly waits. */
final class Together {
  private Together() {}

  /** Returns when all are done; throws what the first in order threw. */
  static <T> void each(Collection<T> items, Consumer<T> action) {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      var running = new ArrayList<CompletableFuture<Void>>();
      for (T item : items) {
        running.add(CompletableFuture.runAsync(() -> action.accept(item), threads));
      }
      RuntimeException failure = null;
      for (CompletableFuture<Void> one : running) {
        try {
          one.join();
        } catch (CompletionException e) {
          if (failure == null) {
            failure =
                e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    } finally {
      threads.shutdown();
    }
  }
}
