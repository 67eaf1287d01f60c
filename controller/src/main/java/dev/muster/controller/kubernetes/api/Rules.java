package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What many fields have to be; {@code scheduler.job} says the same of job files. The
 * generator of definitions takes a {@code ValidationRule} only from the field itself.
 */
final class Rules {

    static final String NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    static final String LABEL_VALUE = "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";
    static final String LABEL_KEY = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";
    static final String NO_NUL = "^[^\\x00]*$";
    static final int NAME_LENGTH = 63;
    static final int LABEL_KEY_LENGTH = 317;
    static final int OBJECT_NAME_LENGTH = 253;
    static final int PATH_LENGTH = 4_096;
    static final int ARGUMENT_LENGTH = 131_071;

    static final String NOT_BLANK = "self.matches('\\\\S')";
    static final String IS_BLANK = "is empty; give a name, or leave the field out";
    static final String POSITIVE = "duration(self) > duration('0s')";
    static final String IS_ZERO = "is no time at all; give a longer one";
    static final String TEN_YEARS = "duration(self) <= duration('87600h')";
    static final String OVER_TEN_YEARS = "at most 87600h is allowed";
    static final String ONE_DAY = "duration(self) <= duration('24h')";
    static final String OVER_ONE_DAY = "at most 24h is allowed";

    private Rules() {}

    /** A name of a job, queue or level. */
    @JacksonAnnotationsInside
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.FIELD, ElementType.METHOD})
    @Pattern(NAME)
    @Size(min = 1, max = NAME_LENGTH)
    @interface Name {}

    /** A name of an object of Kubernetes, such as a Secret. */
    @JacksonAnnotationsInside
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.FIELD, ElementType.METHOD})
    @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
    @Size(min = 1, max = OBJECT_NAME_LENGTH)
    @interface ObjectName {}

    /** A path or an image: one line. */
    @JacksonAnnotationsInside
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.FIELD, ElementType.METHOD})
    @Pattern("^[^\\x00-\\x1f\\x7f-\\x9f]*$")
    @Size(min = 1, max = PATH_LENGTH)
    @interface Line {}

    /** A duration as in a job file. */
    @JacksonAnnotationsInside
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.FIELD, ElementType.METHOD})
    @Pattern("^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$")
    @Size(min = 1, max = 32)
    @interface Time {}
}
