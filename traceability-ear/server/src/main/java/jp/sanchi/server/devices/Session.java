package jp.sanchi.server.devices;

/**
 * A device that has shown that it holds its key.
 *
 * @param kid of the key
 * @param organisation GLN
 * @param administrator whether the key administers its organisation
 * @param expires ms since 1970
 */
public record Session(String kid, String organisation, boolean administrator, long expires) {}
