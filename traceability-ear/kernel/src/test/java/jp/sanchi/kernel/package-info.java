/** What tests of this and of other modules need to make events: keys, members, organisations. */
package jp.sanchi.kernel;
