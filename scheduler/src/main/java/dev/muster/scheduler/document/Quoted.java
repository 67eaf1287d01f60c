package dev.muster.scheduler.document;

/** Values from outside made fit for a one-line message: short, and without control characters. */
public final class Quoted {

    private static final int MAX_LENGTH = 64;

    private Quoted() {}

    /** In double quotes. */
    public static String text(String value) {
        return '"' + bare(value) + '"';
    }

    /** Without quotes. */
    public static String bare(String value) {
        StringBuilder shown = new StringBuilder();
        int end = value.length() <= MAX_LENGTH ? value.length() : MAX_LENGTH;
        for (int at = 0; at < end; ) {
            int character = value.codePointAt(at);
            at += Character.charCount(character);
            if (character == '\n') {
                shown.append("\\n");
            } else if (isUnseen(character)) {
                shown.append(String.format("\\u%04x", character));
            } else {
                shown.appendCodePoint(character);
            }
        }
        return end < value.length()
                ? shown.append("... (")
                        .append(value.length())
                        .append(" characters)")
                        .toString()
                : shown.toString();
    }

    private static boolean isUnseen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> true;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
