/**
 * What one event is made of: canonical JSON, the JWS around it, and the GS1 keys, links, serials
 * and times inside. Whatever these classes accept has exactly one spelling.
 */
package jp.sanchi.kernel.event;
