package jp.sanchi.server.devices;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** What the server sees of a browser's request: method, headers and cookies. */
final class Request {
  private final Map<String, String> headers = new HashMap<>();
  private final Map<String, String> cookies = new HashMap<>();
  private final String method;

  private Request(String method) {
    this.method = method;
    headers.put("Host", "sanchi.example");
  }

  static Request get() {
    return new Request("GET");
  }

  /** From a page of ours. */
  static Request post() {
    return new Request("POST").with("Origin", "https://sanchi.example");
  }

  Request with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  /** Takes the cookie that was set. */
  Request cookie(String setCookie) {
    String pair = setCookie.substring(0, setCookie.indexOf(';'));
    cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    return this;
  }

  HttpServletRequest sent() {
    Cookie[] all =
        cookies.entrySet().stream()
            .map(entry -> new Cookie(entry.getKey(), entry.getValue()))
            .toArray(Cookie[]::new);
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            Request.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, called, arguments) ->
                switch (called.getName()) {
                  case "getHeader" -> headers.get((String) arguments[0]);
                  case "getMethod" -> method;
                  case "getCookies" -> all.length == 0 ? null : all;
                  default -> throw new UnsupportedOperationException(called.getName());
                });
  }
}
