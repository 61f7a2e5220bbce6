using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DocExchange.Node.OaApi;

/// <summary>What <c>/api/v1/openapi.json</c> says beyond what the routes say themselves.</summary>
internal static class OaDescription
{
    private const string Bearer = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = described => described.RelativePath?.StartsWith(OaRoutes.Root[1..], StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "DocExchange for OA systems",
                Version = "1",
                Description = "Authorization: Bearer and a token of the office. Every POST has an Idempotency-Key. Refusals are problem details (RFC 9457) with the stable reason in 'error'.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme> { [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer } };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Responses ??= [];
            operation.Responses.TryAdd("4XX", new OpenApiResponse { Description = "Refused: application/problem+json; error is the stable reason" });
            if (context.Description.HttpMethod == HttpMethods.Post)
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = OnceOnly.Header,
                    In = ParameterLocation.Header,
                    Required = true,
                    Description = "One for each matter, the same when it is tried again; the same answer comes again.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200 },
                });
            }

            return Task.CompletedTask;
        });
    }
}
