package jp.sanchi.server.platform;

import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Defines the one pool, {@value #NAME}. The address comes from MicroProfile Config: {@code
 * SANCHI_DB_URL} and its like in the environment, or {@code sanchi.db.url} as a system property,
 * which is how the launcher passes its embedded PostgreSQL.
 */
@DataSourceDefinition(
    name = Database.NAME,
    className = "org.postgresql.ds.PGSimpleDataSource",
    url = "${MPCONFIG=sanchi.db.url:jdbc:postgresql://localhost:5432/sanchi}",
    user = "${MPCONFIG=sanchi.db.user:sanchi}",
    password = "${MPCONFIG=sanchi.db.password:}",
    initialPoolSize = 2,
    minPoolSize = 2,
    maxPoolSize = 32,
    maxIdleTime = 300,
    properties = {
      // A statement that waits for ever is worse than one that fails
      "fish.payara.statement-timeout-in-seconds=60",
      // Connections die when PostgreSQL restarts: ask before use, and heal the whole pool at once
      "fish.payara.is-connection-validation-required=true",
      "fish.payara.connection-validation-method=auto-commit",
      "fish.payara.fail-all-connections=true"
    })
@ApplicationScoped
public class Database {
  /** JNDI name, for {@code @Resource(lookup = …)}. */
  public static final String NAME = "java:app/jdbc/sanchi";
}
