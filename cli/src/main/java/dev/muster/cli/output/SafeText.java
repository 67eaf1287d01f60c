package dev.muster.cli.output;

/**
 * Text that cannot steer a terminal. Names, reasons and messages come from other people's files and processes; a control
 * character in them could move the cursor, rename the window or turn text around, so each is shown as an escape.
 */
public final class SafeText {

    private SafeText() {}

    /** The text on one line, control and direction-changing characters as {@code \n} or {@code \x1b}. */
    public static String of(String text) {
        int first = firstUnsafe(text);
        if (first < 0) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int index = first; index < text.length(); index++) {
            append(safe, text.charAt(index));
        }
        return safe.toString();
    }

    private static int firstUnsafe(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (isUnsafe(text.charAt(index))) {
                return index;
            }
        }
        return -1;
    }

    private static void append(StringBuilder safe, char character) {
        if (!isUnsafe(character)) {
            safe.append(character);
        } else if (character == '\n') {
            safe.append("\\n");
        } else if (character == '\t') {
            safe.append("\\t");
        } else if (character < 0x100) {
            safe.append(hexadecimal("\\x", character, 2));
        } else {
            safe.append(hexadecimal("\\u", character, 4));
        }
    }

    static boolean isUnsafe(char character) {
        return character < 0x20
                || (character >= 0x7f && character < 0xa0)
                || (character >= 0x200e && character <= 0x200f)
                || (character >= 0x2028 && character <= 0x202e)
                || (character >= 0x2066 && character <= 0x2069)
                || character == 0xfeff;
    }

    static String hexadecimal(String prefix, char character, int digits) {
        String number = Integer.toHexString(character);
        return prefix + "0".repeat(Math.max(0, digits - number.length())) + number;
    }
}
