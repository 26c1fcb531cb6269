namespace KmsGateway.Cli.Decryption;

/// <summary>JSON on one line: without the white space between its tokens, every token as it was.</summary>
internal static class JsonLine
{
    /// <param name="json">Is JSON.</param>
    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        var line = new byte[json.Length + 1];
        var length = 0;
        var isInText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var character = json[i];
            if (!isInText && character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            line[length++] = character;
            if (isInText && character == '\\')
            {
                line[length++] = json[++i];
            }
            else if (character == '"')
            {
                isInText = !isInText;
            }
        }

        line[length++] = (byte)'\n';
        return line[..length];
    }
}
