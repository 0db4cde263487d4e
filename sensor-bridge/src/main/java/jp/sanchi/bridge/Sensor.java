package jp.sanchi.bridge;

import java.util.Set;

/**
 * A registered device.
 *
 * @param box URI of the box that it is in
 * @param revokedAt ms since 1970; {@link Long#MAX_VALUE} for one that is not revoked
 */
record Sensor(String id, String box, Set<Measure> measures, long revokedAt) {}
