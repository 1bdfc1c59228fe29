package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.bcpg.ArmoredInputStream;

/** Reads a file of keys. */
final class KeyFile {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (PGP [A-Z ]+)-----.*?-----END \\1-----", Pattern.DOTALL);

    private static final String ARMOR = "-----BEGIN PGP ";

    private KeyFile() {}

    /** Returns the packets of a file: its bytes, or those of all its armored blocks. */
    static byte[] read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 0 && bytes[0] < 0) { // every packet begins with the highest bit, and no text does
            return bytes;
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains(ARMOR)) {
            throw new IOException("it holds no OpenPGP key, armored or binary");
        }
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            byte[] block = blocks.group().concat("\n").getBytes(StandardCharsets.ISO_8859_1);
            try (ArmoredInputStream armor = new ArmoredInputStream(new ByteArrayInputStream(block))) {
                armor.transferTo(packets);
            } catch (RuntimeException e) { // the library's parsers name no closed set of exceptions
                throw new IOException("its armor is damaged: " + e.getMessage(), e);
            }
        }
        if (packets.size() == 0) {
            throw new IOException("its armor is damaged: a block has no end, or no content");
        }
        return packets.toByteArray();
    }
}
