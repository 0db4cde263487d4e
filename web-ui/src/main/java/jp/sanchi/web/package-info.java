/** The pages that people see: written from what the kernel has verified, and from nothing else. */
package jp.sanchi.web;
