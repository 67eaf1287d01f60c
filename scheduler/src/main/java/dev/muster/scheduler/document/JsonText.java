package dev.muster.scheduler.document;

import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/** Writes a node as JSON on one line, with no spaces, members in the order of the text. */
public final class JsonText {

    private final StringBuilder json = new StringBuilder();

    private JsonText() {}

    public static String of(DocumentNode node) {
        JsonText text = new JsonText();
        text.write(node);
        return text.json.toString();
    }

    private void write(DocumentNode node) {
        if (node instanceof Mapping mapping) {
            String separator = "{";
            for (Member member : mapping.members()) {
                json.append(separator);
                quote(member.name());
                json.append(':');
                write(member.value());
                separator = ",";
            }
            json.append(mapping.members().isEmpty() ? "{}" : "}");
        } else if (node instanceof Sequence sequence) {
            String separator = "[";
            for (DocumentNode item : sequence.items()) {
                json.append(separator);
                write(item);
                separator = ",";
            }
            json.append(sequence.items().isEmpty() ? "[]" : "]");
        } else if (node instanceof Scalar scalar) {
            scalar(scalar);
        }
    }

    private void scalar(Scalar scalar) {
        switch (scalar.kind()) {
            case NULL -> json.append("null");
            case TRUTH -> json.append(scalar.text().toLowerCase(Locale.ROOT));
            case WHOLE_NUMBER -> json.append(whole(scalar.text()));
            case NUMBER -> json.append(new BigDecimal(scalar.text()));
            case TEXT -> quote(scalar.text());
        }
    }

    private static BigInteger whole(String text) {
        if (text.startsWith("0x")) {
            return new BigInteger(text.substring(2), 16);
        }
        return text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
    }

    private void quote(String text) {
        json.append('"');
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character == '"' || character == '\\') {
                json.append('\\').append(character);
            } else if (character == '\n') {
                json.append("\\n");
            } else if (character == '\t') {
                json.append("\\t");
            } else if (character < ' ' || character == '\u2028' || character == '\u2029') {
                json.append(String.format("\\u%04x", (int) character));
            } else {
                json.append(character);
            }
        }
        json.append('"');
    }
}
