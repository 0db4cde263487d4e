package jp.sanchi.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class OpenApiTest {
  @Test
  void describes_every_method_of_every_resource_with_its_parameters_and_no_other()
      throws Exception {
    assertThat(described()).isEqualTo(implemented());
  }

  /** By "get /path": the names of path and query parameters. */
  private static Map<String, Set<String>> implemented() {
    Map<String, Set<String>> methods = new TreeMap<>();
    for (JavaClass found : new ClassFileImporter().importPackages("jp.sanchi.server")) {
      if (!found.isAnnotatedWith(Path.class)) {
        continue;
      }
      Class<?> resource = found.reflect();
      for (Method method : resource.getDeclaredMethods()) {
        for (Annotation annotation : method.getAnnotations()) {
          HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
          if (http != null) {
            Path below = method.getAnnotation(Path.class);
            String path =
                "/"
                    + resource.getAnnotation(Path.class).value()
                    + (below == null ? "" : "/" + below.value());
            methods.put(http.value().toLowerCase(Locale.ROOT) + " " + path, parameters(method));
          }
        }
      }
    }
    return methods;
  }

  private static Set<String> parameters(Method method) {
    Set<String> names = new TreeSet<>();
    for (Annotation[] annotations : method.getParameterAnnotations()) {
      for (Annotation annotation : annotations) {
        if (annotation instanceof PathParam path) {
          names.add(path.value());
        } else if (annotation instanceof QueryParam query) {
          names.add(query.value());
        }
      }
    }
    return names;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Set<String>> described() throws Exception {
    try (InputStream in = OpenApiTest.class.getResourceAsStream("openapi.yaml")) {
      Map<String, Object> document = new Yaml().load(in);
      Map<String, Set<String>> methods = new TreeMap<>();
      ((Map<String, Map<String, Map<String, Object>>>) document.get("paths"))
          .forEach(
              (path, operations) ->
                  operations.forEach(
                      (method, operation) -> {
                        Set<String> names = new TreeSet<>();
                        for (Object parameter :
                            (List<Object>) operation.getOrDefault("parameters", List.of())) {
                          Object name = ((Map<String, Object>) parameter).get("name");
                          if (name != null) {
                            names.add((String) name);
                          }
                        }
                        methods.put(method + " " + path, names);
                      }));
      return methods;
    }
  }
}
