"""The resource types of API Gateway and Cognito."""

from kind import Kind


class Gateway(Kind):
    """A resource whose id API Gateway generates."""

    noun, id_name = "", ""

    def create(self):
        answer = self.call("apigatewayv2", "Create" + self.noun, **self.properties)
        self.id = answer[self.id_name]
        self.services.generated[self.id] = self.services.name(self.logical)
        return self.id, {self.id_name: self.id}

    def describe(self):
        return self.properties | self.call("apigatewayv2", "Get" + self.noun, **self.only("ApiId"), **{self.id_name: self.id})


class Api(Gateway):
    noun, id_name = "Api", "ApiId"

    def create(self):
        ref, _ = super().create()
        endpoint = self.describe()["ApiEndpoint"]
        # In the comparison, the host begins with the logical id. That of moto is the same in China.
        host = endpoint.replace(ref, self.logical.lower()) + (".cn" if self.services.region.startswith("cn-") else "")
        self.services.generated = {endpoint: host} | self.services.generated
        return ref, {"ApiEndpoint": endpoint, "ApiId": ref}


class Integration(Gateway):
    noun, id_name = "Integration", "IntegrationId"


class Authorizer(Gateway):
    noun, id_name = "Authorizer", "AuthorizerId"


class Route(Gateway):
    noun, id_name = "Route", "RouteId"


class Stage(Kind):
    def create(self):
        self.call("apigatewayv2", "CreateStage", **self.properties)
        return self.properties["StageName"], {}

    def describe(self):
        return self.only("ApiId") | self.call("apigatewayv2", "GetStage", **self.only("ApiId", "StageName"))


class DomainName(Kind):
    def create(self):
        answer = self.call("apigatewayv2", "CreateDomainName", **self.properties)
        # moto does not make up the host that a DNS record would point to.
        return answer["DomainName"], {name: f"{self.logical}.{name}" for name in ("RegionalDomainName", "RegionalHostedZoneId")}

    def describe(self):
        return self.call("apigatewayv2", "GetDomainName", **self.only("DomainName"))


class ApiMapping(Kind):
    def create(self):
        self.id = self.call("apigatewayv2", "CreateApiMapping", **self.properties)["ApiMappingId"]
        return self.id, {}

    def describe(self):
        return self.call("apigatewayv2", "GetApiMapping", ApiMappingId=self.id, **self.only("DomainName"))


class UserPool(Kind):
    def create(self):
        p = self.without("UserPoolName", "EnabledMfas", "MfaConfiguration")
        pool = self.call("cognito-idp", "CreateUserPool", PoolName=self.properties["UserPoolName"], **p)["UserPool"]
        self.id = pool["Id"]
        assert self.properties["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
        self.call("cognito-idp", "SetUserPoolMfaConfig", UserPoolId=self.id, **self.only("MfaConfiguration"),
                  SoftwareTokenMfaConfiguration={"Enabled": True})
        self.services.generated[self.id] = self.services.name(self.logical)
        return self.id, {"Arn": pool["Arn"]}

    def describe(self):
        stored = self.call("cognito-idp", "DescribeUserPool", UserPoolId=self.id)["UserPool"]
        mfa = self.call("cognito-idp", "GetUserPoolMfaConfig", UserPoolId=self.id)
        enabled = ["SOFTWARE_TOKEN_MFA"] if mfa["SoftwareTokenMfaConfiguration"]["Enabled"] else []
        return stored | {"UserPoolName": stored["Name"], "MfaConfiguration": mfa["MfaConfiguration"], "EnabledMfas": enabled}


class UserPoolClient(Kind):
    def create(self):
        self.id = self.call("cognito-idp", "CreateUserPoolClient", **self.properties)["UserPoolClient"]["ClientId"]
        self.services.generated[self.id] = self.services.name(self.logical)
        return self.id, {}

    def describe(self):
        return self.call("cognito-idp", "DescribeUserPoolClient", ClientId=self.id, **self.only("UserPoolId"))["UserPoolClient"]


class UserPoolDomain(Kind):
    def create(self):
        self.call("cognito-idp", "CreateUserPoolDomain", **self.properties)
        return self.properties["Domain"], {}

    def describe(self):
        return self.call("cognito-idp", "DescribeUserPoolDomain", **self.only("Domain"))["DomainDescription"]


API_KINDS = {
    "AWS::ApiGatewayV2::Api": Api,
    "AWS::ApiGatewayV2::ApiMapping": ApiMapping,
    "AWS::ApiGatewayV2::Authorizer": Authorizer,
    "AWS::ApiGatewayV2::DomainName": DomainName,
    "AWS::ApiGatewayV2::Integration": Integration,
    "AWS::ApiGatewayV2::Route": Route,
    "AWS::ApiGatewayV2::Stage": Stage,
    "AWS::Cognito::UserPool": UserPool,
    "AWS::Cognito::UserPoolClient": UserPoolClient,
    "AWS::Cognito::UserPoolDomain": UserPoolDomain,
}
