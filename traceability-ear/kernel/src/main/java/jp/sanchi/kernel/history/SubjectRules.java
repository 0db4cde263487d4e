package jp.sanchi.kernel.history;

/** The rules about one kind of subject. Kinds of events that don't concern it pass. */
interface SubjectRules {
  /** Refuses what can never be right; changes nothing. */
  void check(Attempt attempt);

  /** Takes down what later rules need of an event that all have accepted. */
  void apply(Attempt attempt);

  /** Takes back what a corrected event has brought; the attempt is its error declaration. */
  default void retract(Attempt attempt) {}
}
