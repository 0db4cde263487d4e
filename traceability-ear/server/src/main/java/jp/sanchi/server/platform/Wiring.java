package jp.sanchi.server.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import javax.sql.DataSource;

/** What the container holds under a name and beans ask for by type. */
@ApplicationScoped
public class Wiring {
  @Produces
  @Resource(lookup = Database.NAME)
  private DataSource database;
}
