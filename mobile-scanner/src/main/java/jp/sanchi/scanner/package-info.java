/** The scanner's files, and the headers that they are sent with: everything else is TypeScript. */
package jp.sanchi.scanner;
