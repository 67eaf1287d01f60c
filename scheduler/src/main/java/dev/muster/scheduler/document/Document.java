package dev.muster.scheduler.document;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads texts into trees of {@link DocumentNode}. */
public final class Document {

    private static final int MAX_LINE_LENGTH = 1 << 20;

    private Document() {}

    /**
     * Reads the one document that the bytes hold, in UTF-8.
     *
     * @throws DocumentException when it is not UTF-8, not YAML 1.2, empty, several documents, or past a limit
     */
    public static DocumentNode read(byte[] bytes, DocumentLimits limits) throws DocumentException {
        if (bytes.length > limits.maxBytes()) {
            throw new DocumentException(
                    1, "the file has " + bytes.length + " bytes; at most " + limits.maxBytes() + " are read");
        }
        String text = decode(bytes);
        requireShortLines(text);
        return parse(text, limits);
    }

    /** The parser's time grows with the square of a line's length. */
    private static void requireShortLines(String text) throws DocumentException {
        int line = 1;
        for (int start = 0; start < text.length(); line++) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (end - start > MAX_LINE_LENGTH) {
                throw new DocumentException(
                        line,
                        "the line has " + (end - start) + " characters; at most " + MAX_LINE_LENGTH
                                + " are read, is it the right file?");
            }
            start = end + 1;
        }
    }

    private static String decode(byte[] bytes) throws DocumentException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new DocumentException(1, "the file is not UTF-8 text; is it the right file?");
        }
    }

    private static DocumentNode parse(String text, DocumentLimits limits) throws DocumentException {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            return new TreeBuilder(events, limits).build();
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new DocumentException(line, "this is not YAML: " + Quoted.bare(e.getProblem()));
        } catch (YamlEngineException e) {
            throw new DocumentException(1, "this is not YAML: " + firstLine(e));
        }
    }

    private static String firstLine(YamlEngineException e) {
        String message = e.getMessage() == null ? "unreadable" : e.getMessage();
        return Quoted.bare(message.lines().findFirst().orElse("unreadable"));
    }
}
