package jp.sanchi.server.ledger;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the embedded ledger is told.
 *
 * @param profile {@code sanchi.profile}; {@code production} is refused
 * @param consortium {@code sanchi.consortium}: the id under which a new ledger is founded; an old
 *     one must have it. Without it, a new ledger gets a random one
 * @param data {@code sanchi.data}: the folder that gets {@code administrators/<MSP id>.pem}, the
 *     only way to administer this ledger's members
 */
public record LedgerConfig(
    Optional<String> profile, Optional<String> consortium, Optional<Path> data) {}
