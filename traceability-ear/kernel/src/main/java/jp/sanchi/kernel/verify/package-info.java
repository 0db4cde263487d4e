/** The offline verifier: {@code java -jar sanchi-verify.jar}. */
package jp.sanchi.kernel.verify;
