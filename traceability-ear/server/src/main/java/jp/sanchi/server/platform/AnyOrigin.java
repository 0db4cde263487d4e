package jp.sanchi.server.platform;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What pages of any origin may read: answers that are the same for everybody, whoever asks. Its
 * refusals too, so that such a page can tell its reader what the matter is.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface AnyOrigin {}
