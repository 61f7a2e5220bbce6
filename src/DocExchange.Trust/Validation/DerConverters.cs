using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Writes everything that is kept as the bytes it came in (certificates, revocation data) as base64 of its DER: whatever
/// stands beside <see cref="Certificate"/> and has <c>Der</c> and <c>Parse</c> as that has.
/// </summary>
internal sealed class DerConverters : JsonConverterFactory
{
    private delegate T Parser<out T>(ReadOnlySpan<byte> der);

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.Namespace == typeof(Certificate).Namespace && DerOf(typeToConvert)?.PropertyType == typeof(byte[]) && ParseOf(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private static PropertyInfo? DerOf(Type type) => type.GetProperty("Der");

    private static MethodInfo? ParseOf(Type type) => type.GetMethod("Parse", BindingFlags.Public | BindingFlags.Static, [typeof(ReadOnlySpan<byte>)]);

    private sealed class Converter<T> : JsonConverter<T>
        where T : class
    {
        private readonly Parser<T> parse = ParseOf(typeof(T))!.CreateDelegate<Parser<T>>();
        private readonly Func<T, byte[]> encode = DerOf(typeof(T))!.GetMethod!.CreateDelegate<Func<T, byte[]>>();

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return parse(reader.GetBytesFromBase64());
            }
            catch (Exception fault) when (fault is FormatException or InvalidOperationException)
            {
                throw new JsonException(fault.Message, fault);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteBase64StringValue(encode(value));
    }
}
