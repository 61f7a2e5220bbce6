using LiteDB;

namespace DocExchange.Durability;

/// <summary>
/// Questions to a LiteDB collection by one field. LiteDB compiles the text of a question once and keeps it for good, so the
/// text must not hold the value: a lambda that captures one, or <c>Query.EQ</c>, which writes it into the text, is compiled
/// anew for each value, in milliseconds. And of two conditions only one is read from an index: a range is one BETWEEN.
/// </summary>
public static class Field
{
    public const string Id = "_id";

    public static BsonExpression Is(string name, BsonValue value) => BsonExpression.Create($"$.{name} = @0", value);

    public static BsonExpression Above(string name, BsonValue value) => BsonExpression.Create($"$.{name} > @0", value);

    public static BsonExpression Below(string name, BsonValue value) => BsonExpression.Create($"$.{name} < @0", value);

    /// <summary>Both ends included.</summary>
    public static BsonExpression Between(string name, BsonValue first, BsonValue last) => BsonExpression.Create($"$.{name} BETWEEN @0 AND @1", first, last);
}
