package dev.muster.scheduler.document;

import java.util.Set;
import java.util.regex.Pattern;

/** What an unquoted value stands for, by the core schema of YAML 1.2. */
public enum ScalarKind {
    NULL("nothing"),
    TRUTH("the truth value"),
    WHOLE_NUMBER("the number"),
    NUMBER("the number"),
    TEXT("the text");

    /** A longer run of characters is text, so that nobody does arithmetic on a megabyte of digits. */
    private static final int MAX_NUMBER_LENGTH = 64;

    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUTHS = Set.of("true", "True", "TRUE", "false", "False", "FALSE");
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern REAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?");

    private final String noun;

    ScalarKind(String noun) {
        this.noun = noun;
    }

    /** For messages: {@code the number}. */
    public String noun() {
        return noun;
    }

    static ScalarKind ofPlain(String text) {
        if (NULLS.contains(text)) {
            return NULL;
        }
        if (TRUTHS.contains(text)) {
            return TRUTH;
        }
        if (text.length() > MAX_NUMBER_LENGTH) {
            return TEXT;
        }
        if (WHOLE.matcher(text).matches()) {
            return WHOLE_NUMBER;
        }
        return REAL.matcher(text).matches() ? NUMBER : TEXT;
    }
}
