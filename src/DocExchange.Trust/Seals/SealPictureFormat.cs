using System.Buffers.Binary;

namespace DocExchange.Trust.Seals;

/// <summary>Tells the type of a picture file from its first bytes, and its pixel size from its header.</summary>
internal static class SealPictureFormat
{
    private static ReadOnlySpan<byte> PngStart => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <returns>png, jpg, gif, bmp, ofd or svg.</returns>
    public static string Inspect(ReadOnlyMemory<byte> content)
    {
        var data = content.Span;
        if (data.Length > SealPicture.MaxSize)
        {
            throw new SealFormatException(
                "SEAL_TOO_LARGE",
                $"印章图像有 {data.Length} 字节，超过上限 {SealPicture.MaxSize} 字节。",
                $"The seal picture has {data.Length} bytes, more than the limit of {SealPicture.MaxSize}.");
        }

        if (data.StartsWith(PngStart))
        {
            return Measured("png", data.Length >= 24 && data.Slice(12, 4).SequenceEqual("IHDR"u8)
                ? (BinaryPrimitives.ReadUInt32BigEndian(data[16..]), BinaryPrimitives.ReadUInt32BigEndian(data[20..]))
                : default);
        }

        if (data.StartsWith("GIF87a"u8) || data.StartsWith("GIF89a"u8))
        {
            return Measured("gif", data.Length >= 10
                ? (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]), BinaryPrimitives.ReadUInt16LittleEndian(data[8..]))
                : default);
        }

        if (data.StartsWith("BM"u8))
        {
            return Measured("bmp", BmpSize(data));
        }

        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return Measured("jpg", JpegSize(data));
        }

        if (data.StartsWith((ReadOnlySpan<byte>)[(byte)'P', (byte)'K', 3, 4]))
        {
            return "ofd";
        }

        SealSvg.Require(content);
        return "svg";
    }

    private static string Measured(string type, (uint Width, uint Height) size)
    {
        if (size.Width is > 0 and <= SealPicture.MaxSidePixels && size.Height is > 0 and <= SealPicture.MaxSidePixels)
        {
            return type;
        }

        throw new SealFormatException(
            "SEAL_PICTURE_FORMAT",
            $"印章图像（{type}）的文件头损坏，或像素尺寸 {size.Width}×{size.Height} 不在 1 至 {SealPicture.MaxSidePixels} 之间。",
            $"The header of the {type} seal picture is damaged, or its {size.Width} by {size.Height} pixels are not within 1 to {SealPicture.MaxSidePixels}.");
    }

    private static (uint Width, uint Height) BmpSize(ReadOnlySpan<byte> data)
    {
        if (data.Length < 26 || BinaryPrimitives.ReadUInt32LittleEndian(data[14..]) is var header && header < 40)
        {
            return default;
        }

        // A negative height means rows from top to bottom.
        var width = BinaryPrimitives.ReadInt32LittleEndian(data[18..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(data[22..]);
        return width < 0 || height == int.MinValue ? default : ((uint)width, (uint)Math.Abs(height));
    }

    // ITU-T T.81 B.1.1.3: the frame header (SOF) is the first of the markers C0..CF that is not DHT, JPG or DAC.
    private static (uint Width, uint Height) JpegSize(ReadOnlySpan<byte> data)
    {
        var position = 2;
        while (position + 9 <= data.Length && data[position] == 0xFF)
        {
            var marker = data[position + 1];
            if (marker is 0xFF)
            {
                position++;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(data[(position + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(data[(position + 5)..]));
            }

            position += 2 + Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(data[(position + 2)..]), 2);
        }

        return default;
    }
}
