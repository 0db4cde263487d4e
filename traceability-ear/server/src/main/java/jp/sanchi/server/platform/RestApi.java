package jp.sanchi.server.platform;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Everything below {@code /api}, which is this WAR's context root. */
@ApplicationPath("/")
public class RestApi extends Application {}
