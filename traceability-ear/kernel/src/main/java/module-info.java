/** Events, histories, rules and proofs; needs nothing but {@code java.base}. */
module jp.sanchi.kernel {}
